import type { Environment } from '../environment/context.js';
import type { Application } from '../environment/model/application.js';
import { signOnUrl } from '../pingone/hosts.js';

/** Where people sign on: our page, or the application's own (docs/fidelity.md, 3.7). */
export function signOnPage(
  environment: Environment,
  application: Application | undefined,
  { baseUrl, ...parameters }: { baseUrl: string; flowId?: string; error?: string },
): string {
  const { loginPageUrl } = application ?? {};
  const own = loginPageUrl !== undefined && loginPageUrl !== '';
  const page = own ? loginPageUrl : signOnUrl(baseUrl);
  // Pages read these with decodeURIComponent, which leaves a plus alone (docs/fidelity.md, 3.6).
  const query = new URLSearchParams({ ...(own && { environmentId: environment.id }), ...parameters }).toString().replaceAll('+', '%20');
  return `${page}${page.includes('?') ? '&' : '?'}${query}`;
}
