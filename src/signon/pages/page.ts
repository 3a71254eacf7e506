import { type Html, html, toMarkup } from '../../lib/html.js';
import type { PageTheme } from './theme.js';
import { ownWords, type Words } from './words.js';

/** What all pages of the sign-on host share, whichever endpoint sends them. */

/**
 * Whatever gets into these pages, they load only our own style sheet and run no script except the one for passkeys. There is no
 * `form-action`: browsers also apply it to the redirects that follow a form, and those lead to the application.
 */
const contentSecurityPolicy = (imageOrigins: readonly string[]): string =>
  `default-src 'none'; style-src 'self'; img-src ${["'self'", 'data:', ...imageOrigins].join(' ')}; base-uri 'none'; frame-ancestors 'none'`;

/** The headers of a page: with a script of ours, and with the images of a theme, from their origins and no other. */
export const headersOfPage = ({
  hasScript,
  imageOrigins = [],
}: {
  hasScript?: boolean;
  imageOrigins?: readonly string[] | undefined;
} = {}) =>
  ({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `${contentSecurityPolicy(imageOrigins)}${hasScript ? "; script-src 'self'" : ''}`,
    // The address contains the flow's id, which other sites must not learn.
    'referrer-policy': 'same-origin',
  }) as const;

export const pageHeaders = headersOfPage();

export interface PageInput {
  readonly title: string;
  /** Where the style sheet is, as seen from the page. */
  readonly stylesheet: string;
  readonly environmentName?: string | undefined;
  readonly body: Html;
  /** Where the one script of the page is, as seen from the page. */
  readonly script?: string | undefined;
  /** The language of title and body; English without it. */
  readonly words?: Words | undefined;
  /** The look; the mock's own without it. */
  readonly theme?: PageTheme | undefined;
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='9' fill='%230b57d0'/%3E%3Ccircle cx='12.5' cy='16' r='5' fill='none' stroke='%23fff' stroke-width='3'/%3E%3Cpath d='M17.5 16H26m-3.5 0v4.5' fill='none' stroke='%23fff' stroke-width='3' stroke-linecap='round'/%3E%3C/svg%3E";

const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="9"/><circle cx="12.5" cy="16" r="5"/><path d="M17.5 16H26m-3.5 0v4.5"/></svg>`;

/** What the mock shows of itself, and of the environment. */
const ownBrand = (environmentName: string | undefined): Html => html`${mark}
<span class="brand-name">pingone-mock</span>${
  environmentName !== undefined &&
  html`
<bdi class="brand-environment">${environmentName}</bdi>`
}`;

/** A whole document around the body of a page. */
export const page = ({ title, stylesheet, environmentName, body, script, words, theme }: PageInput): string =>
  toMarkup(html`<!doctype html>
<html lang="${words?.locale ?? 'en'}"${words?.direction === 'rtl' && html` dir="rtl"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${stylesheet}">${theme && html`\n<link rel="stylesheet" href="${theme.stylesheet}">`}${
    script !== undefined &&
    html`
<script type="module" src="${script}"></script>`
  }
</head>
<body class="centred${theme && ` themed template-${theme.template}`}">
<header class="brand">
${theme ? html`<bdi class="brand-name">${theme.name}</bdi>` : ownBrand(environmentName)}
<span class="badge" lang="en">Mock</span>
</header>
<main class="card">
${theme?.logo !== undefined && html`<p class="logo"><img src="${theme.logo}" alt="${theme.name}" referrerpolicy="no-referrer"></p>\n`}${body}
</main>
${theme?.footer && html`<aside class="theme-footer" aria-label="${theme.name}" dir="auto">${theme.footer}</aside>\n`}<footer class="note"${words && ownWords(words)}>
<p><strong>This is a mock</strong> of PingOne for development and tests. Nothing here is real: do not enter real credentials.</p>
</footer>
</body>
</html>
`);

/** The title and the body of a page with a message and nothing to do. */
export const messageOf = (heading: string, text: Html): Pick<PageInput, 'title' | 'body'> => ({
  title: `${heading} – pingone-mock`,
  body: html`<h1>${heading}</h1>\n${text}`,
});

/** The page after a sign-off that redirects nowhere. */
export const signedOffPage = (input: Omit<PageInput, 'title' | 'body'>): string =>
  page({ ...input, ...messageOf('Signed Off', html`<p>Your session in this browser has ended. You can close this page.</p>`) });
