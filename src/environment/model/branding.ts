import type { Owned } from './configuration.js';

/** What an environment looks like, in the spelling of PingOne's management API, without `_links`. */

/** An uploaded image. */
export interface Image extends Owned {
  /** The image as it was uploaded, with the format of its bytes; PingOne makes no other sizes. */
  readonly original: { readonly id: string; readonly type: 'png' | 'jpg' | 'gif'; readonly width: number; readonly height: number };
  /** Base64. */
  readonly data: string;
}

/** An image of this environment, or any other by its address. */
export interface ImageReference {
  readonly id: string;
  readonly href: string;
}

export interface Theme extends Owned {
  readonly template: string;
  readonly default: boolean;
  readonly configuration: {
    readonly name?: string;
    readonly logo?: ImageReference;
    readonly backgroundImage?: ImageReference;
    readonly [member: string]: unknown;
  };
}

/** A language that pages and messages may be in. */
export interface Language extends Owned {
  /** An ISO code, such as `fr-CA`. */
  readonly locale: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly default: boolean;
  readonly customerAdded: boolean;
}

/** Each environment has one, under the environment's id. */
export interface BrandingSettings extends Owned {
  readonly companyName?: string;
  readonly logo?: ImageReference;
}

/** A text of PingOne's interface that an administrator has changed. */
export interface Translation extends Owned {
  readonly locale: string;
  readonly key: string;
  readonly translatedText: string;
}
