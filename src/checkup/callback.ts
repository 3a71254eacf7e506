/** Whether the answer to an authorization request comes in a form (OAuth 2.0 Form Post Response Mode §2), or behind a `#`. */
function modeOf({ searchParams }: URL): 'query' | 'fragment' | 'form_post' {
  const mode = searchParams.get('response_mode');
  if (mode === 'form_post' || mode === 'fragment' || mode === 'query') return mode;
  // OAuth 2.0 Multiple Response Type Encoding Practices §5: whatever has a token goes there.
  return /\b(id_)?token\b/.test(searchParams.get('response_type') ?? '') ? 'fragment' : 'query';
}

/** A callback with its parameters in the query, wherever they are sent: cases change them there. */
export function parametersOf(callback: URL, form: object): URL {
  const url = new URL(callback);
  const fragment = new URLSearchParams(callback.hash.slice(1));
  url.hash = '';
  for (const [name, value] of [...fragment, ...Object.entries(form)]) url.searchParams.set(name, String(value));
  return url;
}

/** The callback as the request asked for it, from the one with its parameters in the query. */
export function callbackOf(request: URL, callback: URL): { readonly url: URL; readonly form?: URLSearchParams } {
  const mode = modeOf(request);
  if (mode === 'query') return { url: callback };
  const url = new URL(callback);
  url.search = new URL(request.searchParams.get('redirect_uri') ?? callback).search;
  const parameters = new URLSearchParams([...callback.searchParams].filter(([name]) => !url.searchParams.has(name)));
  if (mode === 'form_post') return { url, form: parameters };
  url.hash = String(parameters);
  return { url };
}
