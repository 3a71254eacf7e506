import type { Browser } from './browser.js';
import { crashOf, featuresOf } from './outcome.js';
import type { ProtectedPage, SignOff, Stage } from './types.js';

interface PageOptions {
  readonly stage: Pick<Stage, 'honest' | 'begin' | 'signOn' | 'callBack' | 'newBrowser'>;
  /** The page that was given. */
  readonly given: URL | undefined;
  /** By what an application may greet the person. */
  readonly names: readonly string[];
  readonly isRequest: (url: URL) => boolean;
}

/**
 * Finds out how the page that needs a sign-on differs from what anyone gets: the one that was given, or the one at which
 * sign-ons end. Undefined if it is the callback itself, or there is no difference.
 */
export async function findPage({ stage, given, names, isRequest }: PageOptions): Promise<ProtectedPage | undefined> {
  const [first] = stage.honest;
  const url = given ?? first?.outcome.trail.end;
  if (!first || !url || (given === undefined && url.pathname === first.callback.pathname)) return undefined;
  const look = async (browser: Browser) => {
    // The sign-on page is where people come from: a button of the start page is not looked for.
    const trail = await browser.open(url, { stopAt: isRequest, from: first.begun.request });
    // Some pages set cookies and others do not, whether or not a person is signed on.
    const features = [...featuresOf(trail, names)].filter((feature) => !feature.startsWith('cookie '));
    return { trail, features: new Set(features) };
  };
  const begun = await stage.begin();
  await stage.callBack(begun, await stage.signOn(begun));
  const [own, foreign] = [await look(begun.browser), await look(await stage.newBrowser())];
  const marks = [...own.features].filter((feature) => !foreign.features.has(feature));
  if (marks.length === 0 || crashOf(own.trail)) return undefined;
  return {
    url,
    async open(browser) {
      const { trail, features } = await look(browser);
      return { trail, crashed: crashOf(trail), signedOn: marks.every((mark) => features.has(mark)) };
    },
  };
}

const decoded = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");

const attribute = (tag: string, name: string): string | undefined => {
  const [, quoted, bare] = new RegExp(`\\s${name}\\s*=\\s*(?:["']([^"']*)["']|([^\\s>]+))`, 'i').exec(tag) ?? [];
  const value = quoted ?? bare;
  return value === undefined ? undefined : decoded(value);
};

/** Whether a whole segment of the path says so: a link to the catalogue of offers does not, nor one that returns to the sign-off. */
const isSignOff = ({ pathname }: URL): boolean => /\/(log|sign)[-_]?(off|out)(\.\w+)?(\/|$)/i.test(pathname);

/** The link or form on a page that signs off, if it is of the same origin. */
export function findSignOff(html: string, page: URL): SignOff | undefined {
  const at = (address: string | undefined): URL | undefined => {
    const url = address !== undefined && URL.canParse(address, page.href) ? new URL(address, page) : undefined;
    return url?.origin === page.origin && isSignOff(url) ? url : undefined;
  };
  for (const [, tag = '', content = ''] of html.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/gi)) {
    const url = at(attribute(tag, 'action'));
    if (!url) continue;
    const inputs = Array.from(content.matchAll(/<(?:input|button)\b[^>]*>/gi), ([input]) => [
      attribute(input, 'name'),
      attribute(input, 'value') ?? '',
    ]);
    const fields = new URLSearchParams(inputs.filter((pair): pair is [string, string] => pair[0] !== undefined));
    if (attribute(tag, 'method')?.toLowerCase() === 'post') return { url, form: fields };
    for (const [name, value] of fields) url.searchParams.set(name, value);
    return { url };
  }
  const links = Array.from(html.matchAll(/<a\b[^>]*>/gi), ([tag]) => attribute(tag, 'href'));
  const url = links.map(at).find((each) => each !== undefined);
  return url && { url };
}
