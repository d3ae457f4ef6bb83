// One ticking clock for all waits and time limits on a page. It goes by the server's time: an agent's computer may be wrong.
import { onScopeDispose, ref, type Ref } from "vue";

let offset = 0;
const now = ref(Date.now() / 1000);
let users = 0;
let timer = 0;

/** Set the clock by the server's. */
export function setClock(serverNow: number): void {
  offset = serverNow - Date.now() / 1000;
  now.value = serverNow;
}

/** The server's present, in seconds. */
export const present = (): number => Date.now() / 1000 + offset;

/** The present, in seconds since the epoch, once a second while somebody looks. */
export function useClock(): Ref<number> {
  if (users++ === 0) {
    now.value = present();
    timer = window.setInterval(() => (now.value = present()), 1000);
  }
  onScopeDispose(() => {
    if (--users === 0) window.clearInterval(timer);
  });
  return now;
}
