/* A picture of the label fills in product and lot, where the browser reads codes (BarcodeDetector: phones
   and tablets with Android, mostly). Elsewhere the button stays hidden and the fields are typed. */
import { $, $$, d, onLoad } from './ui/dom.js';

/* What stands on labels: one code for all, parts apart, or a code for each. */
const partsOf = (codes) => [...new Set(codes.flatMap((code) => code.rawValue.split(/[^\p{L}\p{N}./-]+/u)))]
  .filter((part) => part.length > 1);

/* What the field takes for a code, or "" when there is no such product or lot. */
async function named(url, part) {
  const asked = new URL(url, location.href);
  asked.searchParams.set('q', part);
  const answer = await fetch(asked, { headers: { Accept: 'application/json' } });
  const { results } = answer.ok ? await answer.json() : { results: [] };
  return results.find((each) => `${each.text} `.startsWith(`${part} `))?.text || '';
}

async function fill(box, input, part) {
  for (const kind of ['product', 'lot']) {
    const field = d.getElementById(box.getAttribute(`data-scan-${kind}`));
    const found = await named(input.getAttribute(`data-url-${kind}`), part);
    if (found) {
      field.value = found;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
      return true;
    }
  }
  return false;
}

async function read(box, input) {
  const said = $('[role=status]', box);
  said.textContent = '';
  const picture = await createImageBitmap(input.files[0]);
  const parts = partsOf(await new window.BarcodeDetector().detect(picture));
  input.value = '';
  const known = [];
  for (const part of parts) if (await fill(box, input, part)) known.push(part);
  if (!parts.length) said.textContent = box.dataset.textNone;
  else said.textContent = known.length ? known.join(', ') : `${box.dataset.textUnknown} ${parts.join(', ')}`;
}

onLoad((scope) => {
  if (!('BarcodeDetector' in window)) return;
  $$('[data-scan]', scope).forEach((box) => {
    const input = $('input', box);
    box.hidden = false;
    input.addEventListener('change', () => {
      read(box, input).catch(() => { $('[role=status]', box).textContent = box.dataset.textNone; });
    });
  });
});
