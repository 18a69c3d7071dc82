/* Photos of a report: taken one after another they add up, each with a preview and a way to take it
   back. Without this script the plain file field below the tiles does the same, less comfortably. */
import { $, $$, d, element } from './ui/dom.js';

function start(box) {
  const field = d.getElementById(box.dataset.photos);
  const tiles = $('[data-photo-tiles]', box);
  let kept = [...field.files];

  function draw() {
    const transfer = new DataTransfer();
    kept.forEach((file) => transfer.items.add(file));
    field.files = transfer.files;
    $$('[data-photo]', tiles).forEach((tile) => tile.remove());
    kept.forEach((file, place) => tiles.insertBefore(tileOf(file, place), $('.rp-add', tiles)));
  }

  function tileOf(file, place) {
    const tile = element('li');
    tile.dataset.photo = '';
    if (file.type.startsWith('image/')) {
      const image = element('img');
      image.alt = file.name;
      image.src = URL.createObjectURL(file);
      image.addEventListener('load', () => URL.revokeObjectURL(image.src));
      tile.append(image);
    } else tile.append(element('span', 'rp-name', file.name));
    const button = element('button', '', '×');
    button.type = 'button';
    button.setAttribute('aria-label', `${tiles.dataset.textRemove} ${place + 1}: ${file.name}`);
    button.addEventListener('click', () => {
      kept = kept.filter((other) => other !== file);
      draw();
      $('[data-photo-source]', tiles).focus();
    });
    tile.append(button);
    return tile;
  }

  $$('[data-photo-source]', tiles).forEach((source) => source.addEventListener('change', () => {
    kept = [...kept, ...source.files];
    source.value = '';
    draw();
  }));
  const before = $('[data-kept-files]', box);
  if (before) box.append(before);
  $('[data-photo-plain]', box).classList.add('visually-hidden');
  field.tabIndex = -1;
  field.setAttribute('aria-hidden', 'true');
  tiles.hidden = false;
  draw();
}

$$('[data-photos]').forEach(start);
