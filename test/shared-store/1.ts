import { runLane } from '../helpers/lane.js';
import { isChosen } from './chosen.js';

await runLane(1, 2, isChosen);
