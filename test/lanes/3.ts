import { runLane } from '../helpers/lane.js';

await runLane(3, 4);
