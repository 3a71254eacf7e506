import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../environment/context.js';
import { nearest } from '../lib/nearest.js';
import { textMember } from '../lib/unknown.js';
import { ControlError } from './control-error.js';

/** The id may be `default`. */
export const environmentPath = '/environments/:environmentId';

/** The environment behind the alias `default`: the one that the settings name, else the first. */
export const defaultEnvironment = ({ environments, settings }: Context): Environment | undefined =>
  (settings.environmentId === undefined ? undefined : environments.get(settings.environmentId)) ?? environments.list()[0];

/** Finds an environment by its id or by `default`; otherwise 404, with the closest id as a hint. */
export function environmentNamed(context: Context, name: string): Environment {
  const environment = name === 'default' ? defaultEnvironment(context) : context.environments.get(name.toLowerCase());
  if (environment) return environment;
  throw environmentUnknown(context, name);
}

/** 404, with the closest id as a hint. */
export function environmentUnknown(context: Context, name: string): ControlError {
  const known = context.environments.list().map(({ id }) => id);
  return new ControlError(
    404,
    'environment_unknown',
    `there is no environment ${JSON.stringify(name)}`,
    known.length === 0 ? 'create one: POST /__mock/v1/environments' : `the nearest known one is ${nearest(name, known)}`,
  );
}

/** The environment that the path of a request names. */
export function environmentOfPath(context: Context, request: FastifyRequest): Environment {
  return environmentNamed(context, textMember(request.params, 'environmentId') ?? '');
}
