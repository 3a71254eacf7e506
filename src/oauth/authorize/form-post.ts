import { createHash } from 'node:crypto';

/** The one script of the page: it submits the form. */
const script = 'document.forms[0].submit()';
const scriptHash = createHash('sha256').update(script).digest('base64');

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text for an attribute or for between tags. */
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] as string);

/** A page that posts an authorization response to the client (OAuth 2.0 Form Post Response Mode §2). */
export function formPostPage(
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
): { html: string; contentSecurityPolicy: string } {
  const fields = Object.entries(parameters)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signing on</title></head><body><form method="post" action="${escapeHtml(redirectUri)}">${fields}<noscript><button>Continue</button></noscript></form><script>${script}</script></body></html>`;
  // Without form-action: browsers also apply it to redirects after the post, which are up to the client.
  return { html, contentSecurityPolicy: `default-src 'none'; script-src 'sha256-${scriptHash}'; base-uri 'none'; frame-ancestors 'none'` };
}
