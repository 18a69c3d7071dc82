/* Rows: moving with the keyboard, picking for bulk actions, facts that light up what rests on them. */
import { $, $$, d, within } from './dom.js';

const rows = () => $$('[data-row]').filter((row) => row.offsetParent);

export function moveRow(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.contains(d.activeElement) || row.classList.contains('is-focus'));
  const row = all[Math.min(all.length - 1, Math.max(0, at + step))];
  all.forEach((other) => other.classList.toggle('is-focus', other === row));
  row.focus();
  row.scrollIntoView({ block: 'nearest' });
}

export const openRow = (row) => ($('[data-open]', row) || $('a', row))?.click();

export function pickRow() {
  const box = d.activeElement?.closest('[data-row]')?.querySelector('[data-pick]');
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event('change', { bubbles: true }));
}

function syncBulk(scope) {
  const picks = $$('[data-pick]', scope);
  const picked = picks.filter((box) => {
    box.closest('[data-row]')?.classList.toggle('is-sel', box.checked);
    return box.checked;
  }).length;
  const bar = $('[data-bulk]', scope);
  if (bar) {
    bar.hidden = picked === 0;
    const count = $('[data-bulk-n]', bar);
    if (count) count.textContent = picked;
  }
  const all = $('[data-all]', scope);
  if (all) {
    all.checked = picked > 0 && picked === picks.length;
    all.indeterminate = picked > 0 && picked < picks.length;
  }
}

const listOf = (el) => el.closest('[data-list]') || d;

function light(id, on) {
  $$(`[data-fact="${CSS.escape(id)}"], [data-facts~="${CSS.escape(id)}"]`).forEach((el) => {
    el.classList.toggle('is-hit', on);
  });
}

function lightFor(event) {
  const on = event.type === 'mouseover' || event.type === 'focusin';
  const fact = event.target.closest?.('[data-fact]');
  if (fact) { light(fact.dataset.fact, on); return; }
  const holder = event.target.closest?.('[data-facts]');
  if (holder) holder.dataset.facts.split(' ').filter(Boolean).forEach((id) => light(id, on));
}

export function startLists() {
  d.addEventListener('change', (event) => {
    const list = listOf(event.target);
    if (event.target.matches('[data-all]')) {
      $$('[data-pick]', list).forEach((box) => { box.checked = event.target.checked; });
    }
    if (event.target.matches('[data-pick], [data-all]')) syncBulk(list);
  });
  d.addEventListener('click', (event) => {
    const clear = event.target.closest('[data-bulk-clear]');
    if (!clear) return;
    const list = listOf(clear);
    $$('[data-pick]', list).forEach((box) => { box.checked = false; });
    syncBulk(list);
  });
  ['mouseover', 'mouseout', 'focusin', 'focusout'].forEach((name) => d.addEventListener(name, lightFor));
  d.body.addEventListener('htmx:load', (event) => within('[data-list]', event.detail.elt).forEach(syncBulk));
  syncBulk(d);
}
