import type { Response } from 'light-my-request';

/** What was refused, in short: status, code of the first detail, its target. */
export function refusal(response: Pick<Response, 'statusCode' | 'json'>): (number | string | undefined)[] {
  const [detail] = (response.json() as { details?: { code: string; target?: string }[] }).details ?? [];
  return [response.statusCode, detail?.code, detail?.target];
}
