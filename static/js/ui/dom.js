/* Small helpers shared by the modules. */
export const d = document;
export const $ = (selector, scope = d) => scope.querySelector(selector);
export const $$ = (selector, scope = d) => [...scope.querySelectorAll(selector)];
export const text = (name) => d.body.dataset[`text${name}`] || '';

/* All matches inside `scope`, `scope` itself included. */
export const within = (selector, scope) => [
  ...(scope.matches?.(selector) ? [scope] : []),
  ...$$(selector, scope),
];

export function element(tag, className, content) {
  const made = d.createElement(tag);
  if (className) made.className = className;
  if (content) made.textContent = content;
  return made;
}

/* `work(scope)` for the page now and for each fragment later. */
export function onLoad(work) {
  work(d.body);
  d.body.addEventListener('htmx:load', (event) => {
    if (event.detail.elt !== d.body) work(event.detail.elt);
  });
}

export const cookieOf = (name) => d.cookie.split('; ').find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) || '';

export function cookie(name, value) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  d.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

export const store = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
  },
  remove(key) {
    try { localStorage.removeItem(key); } catch { /* storage is switched off */ }
  },
  keys(prefix) {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { return []; }
  },
};

export const post = (form, submitter) => fetch(form.action, {
  method: 'POST',
  body: new FormData(form, submitter),
  headers: { 'X-Requested-With': 'fetch' },
  redirect: 'manual',
});

/* Bring an element into focus even if it is not a control, and into view. */
export function focusOn(target) {
  if (!target) return;
  if (target.tomselect) { target.tomselect.focus(); return; }
  if (!target.matches('a, button, input, select, textarea, [tabindex]')) target.tabIndex = -1;
  target.focus();
}
