import { testChecks } from './checkup-checks.js';

testChecks('state', 'Secure');
