/* Light or dark: the choice lives in a cookie and, for signed-in people, in their profile; the server
   renders it. Without a choice the page follows the system. */
import { $$, cookie, d, post } from './dom.js';

const root = d.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

function apply(theme) {
  root.dataset.bsTheme = theme;
  const button = $$('[data-theme-form] button');
  button.forEach((b) => { b.value = theme === 'dark' ? 'light' : 'dark'; });
  d.dispatchEvent(new CustomEvent('theme', { detail: theme }));
}

export function startTheme() {
  const chosen = root.dataset.bsTheme;
  const follow = () => apply(system.matches ? 'dark' : 'light');
  if (!chosen) { follow(); system.addEventListener('change', follow); }
  d.addEventListener('submit', (event) => {
    const form = event.target.closest('[data-theme-form]');
    if (!form) return;
    event.preventDefault();
    system.removeEventListener('change', follow);
    const theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
    const answer = post(form, event.submitter);
    apply(theme);
    cookie('theme', theme);
    answer.catch(() => { /* the cookie holds until the next visit */ });
  });
}
