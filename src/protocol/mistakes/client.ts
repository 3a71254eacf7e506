import { nearest } from '../../lib/nearest.js';
import type { ClientAuthenticationMethod } from '../client.js';
import type { SeveralCredentials } from '../client-authentication.js';
import type { Diagnosis } from './diagnosis.js';

/** Something with a name and an id, such as an application or an environment. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface UnknownClient {
  readonly clientId: string | undefined;
  /** The environment of the request's path. */
  readonly environment: Named;
  /** The applications of that environment. */
  readonly applications: readonly Named[];
  /** The environment that has an application with this id instead. */
  readonly elsewhere?: { readonly environment: Named; readonly application: Named } | undefined;
}

/** Why a client_id names no client. */
export function diagnoseUnknownClient({ clientId, environment, applications, elsewhere }: UnknownClient): Diagnosis {
  if (clientId === undefined)
    return {
      code: 'client_id_missing',
      title: 'No client_id was sent',
      why: 'Neither the Authorization header nor the parameters name an application.',
      fix: 'Send client_id, and check that the variable it is read from is set.',
      confidence: 'exact',
    };
  if (elsewhere)
    return {
      code: 'client_of_other_environment',
      title: `The client_id belongs to the environment ${elsewhere.environment.name}, the request went to ${environment.name}`,
      why: `${elsewhere.application.name} (${clientId}) is an application of the environment ${elsewhere.environment.id}; the path names ${environment.id}.`,
      fix: `Use the issuer of ${elsewhere.environment.id}, or an application of ${environment.id}.`,
      confidence: 'exact',
    };
  const trimmed = clientId
    .trim()
    .replace(/^["'](.*)["']$/, '$1')
    .toLowerCase();
  const spelt = applications.find(({ id }) => id.toLowerCase() === trimmed);
  if (spelt)
    return {
      code: 'client_id_altered',
      title: `The client_id is that of ${spelt.name}, except for case, quotes or white space`,
      why: `${JSON.stringify(clientId)} was sent, the id is ${spelt.id}. Ids are compared character by character.`,
      fix: 'Send the id as it is; check the quotes in the .env file.',
      confidence: 'exact',
    };
  const named = applications.find(({ name }) => name.toLowerCase() === trimmed);
  if (named)
    return {
      code: 'client_name_as_id',
      title: 'The client_id is the name of an application, not its id',
      why: `${named.name} has the id ${named.id}. PingOne’s client_id is the application’s UUID.`,
      fix: `Send client_id=${named.id}.`,
      confidence: 'exact',
    };
  const close = nearest(
    clientId,
    applications.map(({ id }) => id),
  );
  const known = applications.find(({ id }) => id === close && id.length === clientId.length);
  const differing = known ? [...clientId].filter((character, at) => character !== known.id[at]).length : Number.POSITIVE_INFINITY;
  if (known && differing <= 3)
    return {
      code: 'client_id_misspelt',
      title: `The client_id is almost that of ${known.name}`,
      why: `${clientId} was sent, the id is ${known.id}: ${differing} ${differing === 1 ? 'character differs' : 'characters differ'}.`,
      fix: `Send client_id=${known.id}.`,
      confidence: 'possible',
    };
  return {
    code: 'client_unknown',
    title: `There is no application ${JSON.stringify(clientId.slice(0, 80))} in the environment ${environment.name}`,
    why: `The environment has ${applications.map(({ name, id }) => `${name} (${id})`).join(', ') || 'no application'}.`,
    fix: 'Send the id of one of them, or add the application to the seed. In tests: a reset may have removed it.',
    confidence: 'exact',
  };
}

const ways: Readonly<Record<string, string>> = {
  none: 'client_id in the body and no secret',
  client_secret_basic: 'the secret in the Authorization header',
  client_secret_post: 'client_secret in the body',
  client_secret_jwt: 'an assertion signed with the secret',
  private_key_jwt: 'an assertion signed with a private key',
};

const way = (method: string): string => (ways[method] === undefined ? method : `${method} (${ways[method]})`);

/** The client authenticated by another method than the application's. */
export const diagnoseAuthenticationMethod = (got: string, configured: ClientAuthenticationMethod | string): Diagnosis => ({
  code: 'wrong_authentication_method',
  title: `The client authenticated with ${got}; the application requires ${configured}`,
  why: `Received: ${way(got)}. Required: ${way(configured)}. PingOne accepts only the method of the application.`,
  fix:
    got === 'none'
      ? 'Send the secret, and check that the variable it is read from is set.'
      : `Set the client library’s token_endpoint_auth_method to ${configured}, or tokenEndpointAuthMethod of the application to ${got.toUpperCase()}.`,
  confidence: 'exact',
});

/** An assertion that cannot be read: only its content would name the client and the method (RFC 7523 §3). */
export const diagnoseUnreadableAssertion = (): Diagnosis => ({
  code: 'client_assertion_unreadable',
  title: 'The client_assertion cannot be read',
  why: 'It is not a JWT of three base64url parts with an alg, it is larger than any token, or its header has crit or b64 (RFC 7515 §4.1.11, RFC 7797 §7: extensions that the server does not support are refused).',
  fix: 'Send a signed JWT whose header has only alg, typ and kid.',
  confidence: 'exact',
});

const severalWays: Readonly<Record<SeveralCredentials, Pick<Diagnosis, 'code' | 'title' | 'why' | 'fix'>>> = {
  secrets: {
    code: 'secret_sent_twice',
    title: 'The secret was sent twice: in the Authorization header and in the body',
    why: 'A client must not use more than one authentication method in a request (RFC 6749 §2.3), even if all of them are correct.',
    fix: 'Send the secret once',
  },
  assertion: {
    code: 'secret_and_assertion',
    title: 'The client sent a secret and an assertion',
    why: 'A client must not use more than one authentication method in a request (RFC 6749 §2.3), even if all of them are correct.',
    fix: 'Send only one of them',
  },
  client_ids: {
    code: 'client_ids_differ',
    title: 'The Authorization header and client_id in the body name different clients',
    why: 'The two must be the same client (RFC 6749 §2.3.1).',
    fix: 'Leave client_id out of the body, or send the same id in both places, and check which application the secret belongs to',
  },
};

/** How to send nothing but what a method needs. */
const only: Readonly<Record<string, string>> = {
  none: 'leave the secret out: the application has none, and sends client_id in the body',
  client_secret_basic: 'keep the Authorization header, and leave client_secret out of the body',
  client_secret_post: 'keep client_secret in the body, and leave the Authorization header out',
  client_secret_jwt: 'keep client_assertion, and leave the secret out',
  private_key_jwt: 'keep client_assertion, and leave the secret out',
};

/** The client authenticated in more than one way at once. */
export function diagnoseSeveralMethods(several: SeveralCredentials, configured: string): Diagnosis {
  const { code, title, why, fix } = severalWays[several];
  const how = several === 'client_ids' ? undefined : only[configured];
  return {
    code,
    title,
    why: `${why} The application requires ${way(configured)}.`,
    fix: `${fix}${how === undefined ? '' : `: ${how}`}.`,
    confidence: 'exact',
  };
}

export interface WrongSecret {
  /** The application that has this secret instead. */
  readonly ofOther?: { readonly application: Named; readonly environment: Named } | undefined;
  /** When the previous secret, which was sent, expired. */
  readonly expiredAt?: string | undefined;
  /** The secret is right without the white space or quotes around it. */
  readonly trimmed?: boolean | undefined;
  /** Another value of the configuration was sent as the secret. */
  readonly isClientId?: boolean | undefined;
  readonly application: Named;
}

/** Why a secret is not the right one. */
export function diagnoseSecret({ ofOther, expiredAt, trimmed, isClientId, application }: WrongSecret): Diagnosis {
  if (expiredAt !== undefined)
    return {
      code: 'previous_secret_expired',
      title: 'The secret is the one before the last rotation, and it has expired',
      why: `The secret of ${application.name} was rotated; the previous one was valid until ${expiredAt}.`,
      fix: 'Use the current secret.',
      confidence: 'exact',
    };
  if (ofOther)
    return {
      code: 'secret_of_other_application',
      title: `The secret belongs to another application: ${ofOther.application.name}`,
      why: `client_id names ${application.name} (${application.id}), the secret belongs to ${ofOther.application.name} (${ofOther.application.id}) in the environment ${ofOther.environment.name}.`,
      fix: 'Take id and secret from the same application of the same environment.',
      confidence: 'exact',
    };
  if (trimmed)
    return {
      code: 'secret_white_space',
      title: 'The secret has white space or quotes around it',
      why: 'Without them it is correct. Usual causes: a line break at the end of a file, or quotes in an .env file.',
      fix: 'Trim the secret where it is read.',
      confidence: 'exact',
    };
  if (isClientId)
    return {
      code: 'client_id_as_secret',
      title: 'The client_id was sent as the secret',
      why: 'The id and the secret have the same value.',
      fix: 'Check the names of the variables they are read from.',
      confidence: 'exact',
    };
  return {
    code: 'secret_wrong',
    title: `The secret does not match that of ${application.name}`,
    why: 'Nor does it belong to any other application of this server.',
    fix: 'Copy the secret again. A secret with special characters must be percent-encoded in an Authorization header (RFC 6749 §2.3.1).',
    confidence: 'exact',
  };
}

/** The path names an environment that does not exist. */
export function diagnoseUnknownEnvironment(id: string, environments: readonly Named[]): Diagnosis {
  const close = nearest(
    id,
    environments.map((environment) => environment.id),
  );
  return {
    code: 'unknown_environment',
    title: `There is no environment ${JSON.stringify(id)} on this server`,
    why: `It has ${environments.map((environment) => `${environment.name} (${environment.id})`).join(', ') || 'none'}.`,
    fix:
      close === undefined
        ? 'Create an environment, or give the mock a seed.'
        : `Use the issuer of an environment of this server, such as that of ${close}.`,
    confidence: 'exact',
  };
}
