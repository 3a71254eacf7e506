import { runLane } from '../helpers/lane.js';

await runLane(4, 4);
