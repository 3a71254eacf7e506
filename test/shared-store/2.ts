import { runLane } from '../helpers/lane.js';
import { isChosen } from './chosen.js';

await runLane(2, 2, isChosen);
