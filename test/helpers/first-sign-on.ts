/**
 * Signs a person on at an application once, without a limit of time. The first sign-on of a process loads and compiles what all later
 * ones use; on a busy machine that can take longer than a checkup waits for an answer.
 */
export async function signOnFirst(start: string, { url, environmentId }: { url: string; environmentId: string }): Promise<void> {
  const begun = await fetch(start, { redirect: 'manual' });
  const cookie = begun.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const signedOn = await fetch(`${url}/__mock/v1/environments/${environmentId}/sign-on`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ authorize_url: begun.headers.get('location'), username: 'alice' }),
  });
  const { callback_url: callback } = (await signedOn.json()) as { callback_url: string };
  await fetch(callback, { headers: { cookie } });
}
