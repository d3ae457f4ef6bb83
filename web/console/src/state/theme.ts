// Light, dark, or as the system has it.
import { computed, ref, watchEffect } from "vue";

export type Theme = "light" | "dark" | "system";
const KEY = "gridtalk.console.theme";
const stored = localStorage.getItem(KEY);
const system = window.matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = ref(system.matches);
system.addEventListener("change", (event) => (systemIsDark.value = event.matches));

export const theme = ref<Theme>(stored === "light" || stored === "dark" ? stored : "system");
export const isDark = computed(() => theme.value === "dark" || (theme.value === "system" && systemIsDark.value));

export function followTheme(): void {
  watchEffect(() => {
    document.documentElement.classList.toggle("dark", isDark.value);
    localStorage.setItem(KEY, theme.value);
  });
}
