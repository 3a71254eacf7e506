import type { Environment } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { addedNames } from './custom-attributes.js';
import { showUser } from './user-view.js';

/** A user as an answer of its own. It embeds whether the password must be changed (docs/fidelity.md, management 6.4). */
export async function answerUser(environment: Environment, user: User, environmentUrl: string) {
  const [added, password] = await Promise.all([addedNames(environment), environment.store.passwords.get(user.id)]);
  const { _links, ...members } = showUser(user, environmentUrl, added);
  if (!password?.forceChange) return { _links, ...members };
  const state = { environment: user.environment, user: { id: user.id }, status: 'MUST_CHANGE_PASSWORD' };
  return { _links, _embedded: { password: state }, ...members };
}
