import type { Endpoint } from '../context.js';
import { prettyJson } from '../pingone/json.js';
import { requireAccess } from './access.js';
import { answerRefusals, writeHeaders } from './answers.js';
import { applicationSecret } from './application-secret.js';
import { applications } from './applications.js';
import { requireMediaType, validateForManagement } from './bodies.js';
import { environments } from './environments.js';
import { answerUnrouted } from './gateway.js';
import { populations } from './populations.js';
import { resourceAttributes } from './resource-attributes.js';
import { resourceScopes } from './resource-scopes.js';
import { resourceSecret } from './resource-secret.js';
import { resources } from './resources.js';
import { userAccount } from './user-account.js';
import { userPassword } from './user-password.js';
import { users } from './users.js';

/** PingOne's management API, under /v1. Errors are in PingOne's envelope. */
export const management: Endpoint = (app, context) => {
  app.setValidatorCompiler(validateForManagement);
  app.setReplySerializer(prettyJson);
  app.setErrorHandler(answerRefusals);
  app.setNotFoundHandler(answerUnrouted);
  const answerPreflights = writeHeaders(app);
  requireAccess(app, context);
  requireMediaType(app);
  const endpoints = [
    environments,
    populations,
    applications,
    applicationSecret,
    resources,
    resourceSecret,
    resourceScopes,
    resourceAttributes,
    users,
    userAccount,
    userPassword,
  ];
  for (const endpoint of endpoints) endpoint(app, context);
  answerPreflights();
};
