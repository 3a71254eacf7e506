/** What the screens of one user, application or group share: their address, panels that can be redrawn, the link back. */
import { h, panel, refill, root } from './dom.js';

/** The address of a screen of the state. */
export const stateUrl = (environment, of = {}) => String(new URL(`state?${new URLSearchParams({ environment, ...of })}`, root));

export const back = (environment, name) => h('p', h('a', { href: stateUrl(environment) }, '← State'), name && [' of ', h('bdi', name)]);

export const chip = (text, tone = '') => h(`span.chip${tone && `.${tone}`}`, text);

/** A name and a value, one below the other. */
export const facts = (rows) =>
  h(
    'dl.lines',
    rows
      .filter(([, value]) => value !== undefined && value !== '' && value !== null)
      .map(([name, value, ...rest]) =>
        h('div.line-of', h('dt', name), h('dd', value instanceof Node ? value : h('bdi', String(value)), rest)),
      ),
  );

/** A panel that can be drawn again. The calls that are made in it stay below. */
function livePanel(title, draw) {
  const [body, place] = [h('div.stack'), h('div.calls')];
  return { element: panel(title, body, place), redraw: async () => refill(body, await draw(place)) };
}

/**
 * Fills a screen with panels.
 * @param page gets `refresh`, which draws all of them again
 * @param panels a title, and a function that draws what is below it, given the place for calls
 */
export async function panels(main, page, head, list) {
  const made = list.map(([title, draw]) => livePanel(title, draw));
  const top = h('div.stack');
  page.refresh = async () => {
    if ((await page.load?.()) === false) return;
    refill(top, head());
    for (const { redraw } of made) await redraw();
  };
  main.append(
    h(
      'div.page',
      top,
      made.map(({ element }) => element),
    ),
  );
  await page.refresh();
}
