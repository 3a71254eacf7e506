import type { ResolveHook } from 'node:module';

/** What a test file in a lane imports as 'tap' is a module of its own, made anew for each file: its part of the lane. */
export const resolve: ResolveHook = (specifier, context, next) =>
  specifier === 'tap' && context.parentURL?.endsWith('.test.js')
    ? { url: new URL(`lane-tap.js?${context.parentURL}`, import.meta.url).href, shortCircuit: true }
    : next(specifier, context);
