import { agreementSeeds } from '../agreements/seed.js';
import { applicationRoleSeeds } from '../application-permissions/seed.js';
import { brandingSettingsSeeds, imageSeeds, themeSeeds } from '../branding/seed.js';
import { customDomainSeeds } from '../custom-domains/seed.js';
import { flowPolicySeeds } from '../flow-policies/seed.js';
import { gatewaySeeds } from '../gateways/seed.js';
import { identityProviderSeeds } from '../identity-providers/seed.js';
import { certificateSeeds } from '../keys/seed-certificates.js';
import { languageSeeds } from '../languages/seed.js';
import { translationSeeds } from '../languages/seed-translations.js';
import { devicePolicySeeds } from '../mfa/seed.js';
import { fido2PolicySeeds, mfaSettingsSeeds } from '../mfa/seed-settings.js';
import {
  emailDeliverySettingsSeeds,
  emailDomainSeeds,
  notificationsPolicySeeds,
  notificationsSettingsSeeds,
  phoneDeliverySettingsSeeds,
} from '../notifications/seed.js';
import { notificationContentSeeds } from '../notifications/seed-contents.js';
import { roleSeeds } from '../roles/seed.js';
import { subscriptionSeeds } from '../subscriptions/seed.js';
import { trustedIssuerSeeds } from '../trusted-issuers/seed.js';
import type { SeedKind } from './kind.js';

/** The first members of a seed, which point to nothing but each other; an item is applied after what it points to. */
export const seedKinds: readonly SeedKind[] = [
  trustedIssuerSeeds,
  imageSeeds,
  languageSeeds,
  translationSeeds,
  themeSeeds,
  brandingSettingsSeeds,
  agreementSeeds,
  emailDeliverySettingsSeeds,
  phoneDeliverySettingsSeeds,
  notificationsSettingsSeeds,
  notificationsPolicySeeds,
  notificationContentSeeds,
  emailDomainSeeds,
  mfaSettingsSeeds,
  fido2PolicySeeds,
  devicePolicySeeds,
  certificateSeeds,
  identityProviderSeeds,
  flowPolicySeeds,
  roleSeeds,
  gatewaySeeds,
  customDomainSeeds,
];

/** What points to users and to resources, and is applied after them. */
export const laterSeedKinds: readonly SeedKind[] = [applicationRoleSeeds];

/** What points to applications, and is applied after them. */
export const lastSeedKinds: readonly SeedKind[] = [subscriptionSeeds];
