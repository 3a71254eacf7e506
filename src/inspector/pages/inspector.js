/** The inspector: one script for all screens. The page names its screen. */
// biome-ignore-all assist/source/organizeImports: this order compresses best, by 200 bytes
import './stream.js';
import './token.js';
import { live } from './live.js';
import './cards.js';
import { calculator } from './calculator.js';
import { state } from './state.js';
import { callback } from './callback.js';
import { show } from './dom.js';
import { lab } from './lab.js';
import { setup } from './setup.js';
import { tokens } from './tokens.js';

const screens = { calculator, callback, lab, live, setup, state, tokens };
void show(screens[document.body.dataset.screen]);
