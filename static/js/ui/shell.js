/* Side menu, menus, dialogs, and panes that are already on the page. */
import { $, $$, cookie, d, focusOn, text } from './dom.js';
import { toast } from './feedback.js';

function toggleSide(open) {
  const side = $('.side');
  if (!side) return;
  side.classList.toggle('is-open', open);
  $$('[data-side-open]').forEach((b) => b.setAttribute('aria-expanded', String(open)));
  if (open) $('.side a')?.focus();
}

export const sideIsOpen = () => Boolean($('.side.is-open'));
export const closeSide = () => toggleSide(false);

function collapse(button) {
  const small = d.body.classList.toggle('is-collapsed');
  button.setAttribute('aria-expanded', String(!small));
  cookie('side', small ? 'small' : 'wide');
}

/* A link with data-modal opens its page as a dialog; without JavaScript it is a page of its own. */
function openModal(link) {
  const modal = d.getElementById('modal');
  window.htmx.ajax('GET', link.href, { target: '#modal-body', swap: 'innerHTML' }).then(() => {
    if (!$('#modal-body').childElementCount) return;
    if (!modal.open) modal.showModal();
    focusOn($('[autofocus], .is-invalid, input:not([type=hidden]), select, textarea', modal));
  });
}

function showPane(button) {
  const scope = button.closest('[data-panes]') || d;
  $$('[data-show]', scope).forEach((b) => b.setAttribute('aria-pressed', String(b === button)));
  $$('[data-pane]', scope).forEach((pane) => { pane.hidden = pane.dataset.pane !== button.dataset.show; });
  d.dispatchEvent(new CustomEvent('pane', { detail: scope }));
}

function copy(button) {
  const source = d.getElementById(button.dataset.copy);
  navigator.clipboard?.writeText(source.value ?? source.textContent).then(() => toast(text('Copied')));
}

const CLICKS = [
  ['[data-side-toggle]', collapse],
  ['[data-side-open]', () => toggleSide(!sideIsOpen())],
  ['[data-dialog]', (el, event) => { event.preventDefault(); d.getElementById(el.dataset.dialog)?.showModal(); }],
  ['[data-modal]', (el, event) => { if (!event.ctrlKey && !event.metaKey) { event.preventDefault(); openModal(el); } }],
  ['[data-close]', (el) => el.closest('dialog')?.close()],
  ['[data-show]', showPane],
  ['[data-print]', () => print()],
  ['[data-copy]', copy],
];

function refuse(button, event) {
  event.preventDefault();
  event.stopPropagation();
  const reason = d.getElementById(button.getAttribute('aria-describedby') || '');
  focusOn(reason && ($('a, button', reason) || reason));
}

export function startShell() {
  d.addEventListener('click', (event) => {
    const refused = event.target.closest('[aria-disabled=true]');
    if (refused) refuse(refused, event);
  }, true);
  d.addEventListener('click', (event) => {
    CLICKS.forEach(([selector, act]) => {
      const el = event.target.closest(selector);
      if (el) act(el, event);
    });
    if (sideIsOpen() && !event.target.closest('.side, [data-side-open]')) closeSide();
    $$('[data-menu][open]').forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  d.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    closeSide();
    $$('[data-menu][open]').forEach((menu) => { menu.open = false; $('summary', menu).focus(); });
  });
  d.body.addEventListener('dialogClose', () => $$('dialog[open]').forEach((dialog) => dialog.close()));
}
