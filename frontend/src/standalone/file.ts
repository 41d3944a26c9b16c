// The built sealing file, /seal/<sha256>.js: all that seals, and the page without a service that it is when opened alone.
import { startPage } from './page';

export * from '@/sealing/seal';

// The pages of the service have no such place: there nothing happens.
const place = typeof document === 'undefined' ? null : document.getElementById('bidroom-sealing-page');
if (place !== null) startPage(place);
