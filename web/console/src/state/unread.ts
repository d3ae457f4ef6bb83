// How many notices are unread: asked for every half minute while somebody is logged in, and after every reading.
import { ref, watch } from "vue";
import { fetchUnread } from "../api/operations";
import { session } from "./session";

const EVERY_MS = 30_000;
export const unread = ref(0);
let timer = 0;

export async function refreshUnread(): Promise<void> {
  if (!session.value || document.hidden) return;
  unread.value = (await fetchUnread().catch(() => ({ unread: unread.value }))).unread;
}

export function followUnread(): void {
  watch(
    session,
    (found) => {
      window.clearInterval(timer);
      unread.value = 0;
      if (!found) return;
      void refreshUnread();
      timer = window.setInterval(() => void refreshUnread(), EVERY_MS);
    },
    { immediate: true },
  );
}
