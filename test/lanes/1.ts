import { runLane } from '../helpers/lane.js';

await runLane(1, 4);
