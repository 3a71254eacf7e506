/** The inspector: one script for all its screens. The page says which one it is. */
import { calculator } from './calculator.js';
import { callback } from './callback.js';
import { show } from './dom.js';
// Last, since it has the most text: so all of it is the smallest.
import { lab } from './lab.js';
import { live } from './live.js';
import { setup } from './setup.js';
import { state } from './state.js';
import { tokens } from './tokens.js';

const screens = { calculator, callback, lab, live, setup, state, tokens };
void show(screens[document.body.dataset.screen]);
