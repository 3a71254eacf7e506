import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../environment/context.js';
import { nearest } from '../lib/nearest.js';
import { object, string } from '../lib/schema/types.js';
import { ControlError } from './control-error.js';

export const ofEnvironment = object({ environmentId: string });

/** The environment that the alias `default` means: the one of the settings, else the first. */
export const defaultEnvironment = ({ environments, settings }: Context): Environment | undefined =>
  (settings.environmentId === undefined ? undefined : environments.get(settings.environmentId)) ?? environments.list()[0];

/** The environment of an id or of `default`; unknown: 404 with the nearest known one. */
export function environmentNamed(context: Context, name: string): Environment {
  const environment = name === 'default' ? defaultEnvironment(context) : context.environments.get(name.toLowerCase());
  if (environment) return environment;
  const known = context.environments.list().map(({ id }) => id);
  throw new ControlError(
    404,
    'environment_unknown',
    `there is no environment ${JSON.stringify(name)}`,
    known.length === 0 ? 'make one: POST /__mock/v1/environments' : `the nearest known one is ${nearest(name, known)}`,
  );
}

/** The environment of a path of the control API. */
export function environmentOfPath(context: Context, request: FastifyRequest): Environment {
  const { environmentId } = request.params as { environmentId: string };
  return environmentNamed(context, environmentId);
}
