// Titles of intents and entities, asked for once.
import { ref } from "vue";
import { fetchTitles } from "../api/learning";
import type { EntityTitle, IntentTitle } from "../api/learningTypes";
import { attempt } from "../state/acts";
import { locale } from "../strings";
import { tellIntent } from "../strings/intents";

export const intents = ref<IntentTitle[]>([]);
export const entities = ref<EntityTitle[]>([]);

export async function loadTitles(): Promise<void> {
  if (intents.value.length) return;
  await attempt(async () => {
    const found = await fetchTitles();
    intents.value = found.intents;
    entities.value = found.entities;
  });
}

export const intentTitle = (name: string): string =>
  (locale.value === "en" ? undefined : intents.value.find((one) => one.name === name)?.title) ?? tellIntent(name);
export const entityTitle = (name: string): string =>
  (locale.value === "en" ? undefined : entities.value.find((one) => one.name === name)?.title) ?? name;
export const joinTitles = (names: string[]): string => names.map(intentTitle).join(" + ");
