/* Keyboard. Single letters are off inside fields and dialogs, and can be switched off in the profile
   (WCAG 2.1.4); Ctrl+Enter and Esc always work. */
import { $, $$, d } from './dom.js';
import { moveRow, openRow, pickRow } from './lists.js';

const WAIT = 1200;
const lettersOn = () => d.body.dataset.keys !== 'off';
const isField = (el) => el.matches('input, textarea, select, [contenteditable]');
const follow = (link) => link && link.click();

function nextTab(step) {
  const links = $$('.cl-tabs a');
  const now = links.findIndex((a) => a.hasAttribute('aria-current'));
  if (now >= 0) follow(links[now + step]);
}

const LETTERS = {
  '/': (event) => { event.preventDefault(); $('[data-hotkey="/"]')?.focus(); },
  '?': () => d.getElementById('keys')?.showModal(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => pickRow(),
  '[': () => nextTab(-1),
  ']': () => nextTab(1),
};

export function startKeys() {
  let goSince = 0;
  d.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
      event.target.form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || $('dialog[open]')) return;
    if (event.key === 'Enter' && event.target.matches('[data-row]')) { openRow(event.target); return; }
    if (!lettersOn()) return;
    if (goSince && Date.now() - goSince < WAIT) {
      goSince = 0;
      const link = $(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { follow(link); return; }
    }
    if (event.key === 'g') { goSince = Date.now(); return; }
    LETTERS[event.key]?.(event);
  });
}
