import { testChecks } from './checkup-checks.js';

testChecks('own way back', 'exp');
