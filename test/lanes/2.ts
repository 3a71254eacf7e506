import { runLane } from '../helpers/lane.js';

await runLane(2, 4);
