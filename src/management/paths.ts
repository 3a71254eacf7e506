import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../context.js';
import { uuid } from '../pingone/application-schema.js';
import { object } from '../schema.js';

/** The ids in paths. */
export const ofEnvironment = object({ environmentId: uuid });
export const ofApplication = object({ environmentId: uuid, applicationId: uuid });
export const ofUser = object({ environmentId: uuid, userId: uuid });
export const ofPopulation = object({ environmentId: uuid, populationId: uuid });

/** The address that every path of this API starts with. */
export const rootOf = (context: Context, request: FastifyRequest): string => `${context.origin(request)}/v1`;

/** The address of an environment: what the links in answers start with. */
export const environmentUrl = (context: Context, request: FastifyRequest, { id }: Environment): string =>
  `${rootOf(context, request)}/environments/${id}`;
