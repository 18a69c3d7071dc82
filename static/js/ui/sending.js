/* Every form goes with the token that is valid now: whoever signed in again in another tab has a new one.
   A form that is on its way is not sent once more: double clicks and an impatient Enter do nothing.
   The server has the form's key and answers the same twice; this spares the second request. */
import { $$, cookieOf, d } from './dom.js';

const GIVEN_UP = 15000;

function release(form) {
  delete form.dataset.sending;
  form.removeAttribute('aria-busy');
}

/* A form whose answer never comes (the connection is gone, "stop" was pressed) can be sent again. */
function hold(form) {
  form.dataset.sending = 'yes';
  form.setAttribute('aria-busy', 'true');
  setTimeout(() => release(form), GIVEN_UP);
}

const token = () => cookieOf('csrftoken');

export function startSending() {
  d.addEventListener('submit', (event) => {
    const field = event.target.elements.csrfmiddlewaretoken;
    if (field && token()) field.value = token();
  }, true);
  d.body.addEventListener('htmx:configRequest', (event) => {
    const { headers, parameters } = event.detail;
    if (!token()) return;
    headers['X-CSRFToken'] = token();
    if ('csrfmiddlewaretoken' in parameters) parameters.csrfmiddlewaretoken = token();
  });
  d.addEventListener('submit', (event) => {
    if (!event.target.dataset.sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  d.addEventListener('submit', (event) => {
    const form = event.target;
    if (!event.defaultPrevented && form.getAttribute('method') === 'post') hold(form);
  });
  d.body.addEventListener('htmx:beforeRequest', (event) => {
    if (event.detail.elt.matches('form[method=post]')) hold(event.detail.elt);
  });
  d.body.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.elt.matches?.('form[method=post]')) release(event.detail.elt);
  });
  window.addEventListener('pageshow', () => $$('form[data-sending]').forEach(release));
}
