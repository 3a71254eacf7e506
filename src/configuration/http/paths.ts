import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../../environment/context.js';
import { object, uuid } from '../../lib/schema/types.js';
import { textMember } from '../../lib/unknown.js';
import { onApiHost } from '../../pingone/hosts.js';

/** The ids in paths. */
export const ofEnvironment = object({ environmentId: uuid });
export const ofApplication = object({ environmentId: uuid, applicationId: uuid });
export const ofUser = object({ environmentId: uuid, userId: uuid });
export const ofPopulation = object({ environmentId: uuid, populationId: uuid });
export const ofGroup = object({ environmentId: uuid, groupId: uuid });
/** An item of an environment. */
export const ofItem = object({ environmentId: uuid, itemId: uuid });

/** The address that every path of this API starts with. */
export const rootOf = (context: Context, request: FastifyRequest): string => `${onApiHost(context.origin(request))}/v1`;

/** The address of an environment: what the links in answers start with. */
export const environmentUrl = (context: Context, request: FastifyRequest, { id }: Pick<Environment, 'id'>): string =>
  `${rootOf(context, request)}/environments/${id}`;

/** The names of the ids in a path. */
export const namesIn = (path: string): string[] => Array.from(path.matchAll(/:(\w+)/g), ([, name]) => name as string);

const named = { type: 'string', minLength: 1, maxLength: 256 } as const;

/** The schema of the ids in a path. A name in a path, such as `templateName`, can be any text. */
export const idsIn = (path: string) =>
  object(Object.fromEntries(namesIn(path).map((name) => [name, name.endsWith('Name') ? named : uuid])));

/** An id of a request's path. */
export const idOf = (request: FastifyRequest, name: string): string => textMember(request.params, name) ?? '';

/** The address of a path, with the ids of a request. */
export const addressOf = (context: Context, request: FastifyRequest, path: string): string =>
  `${rootOf(context, request)}${path.replace(/:(\w+)/g, (_, name: string) => idOf(request, name))}`;
