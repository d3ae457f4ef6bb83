// Telling somebody who looks elsewhere: a count in the title, an optional sound.
import { ref, watch } from "vue";
import { text } from "../strings";

const KEY = "gridtalk.console.sound";
export const hasSound = ref(localStorage.getItem(KEY) === "on");
export const pageTitle = ref("");
export const badge = ref(0);

watch(hasSound, (on) => localStorage.setItem(KEY, on ? "on" : "off"));

export function keepTitle(): void {
  watch(
    [pageTitle, badge, text],
    () => {
      const name = pageTitle.value ? `${pageTitle.value} · ${text.value.product}` : text.value.product;
      document.title = badge.value ? `(${badge.value}) ${name}` : name;
    },
    { immediate: true },
  );
}

let audio: AudioContext | null = null;

/** Two short soft tones; nothing when the sound is off. */
export function chime(): void {
  if (!hasSound.value) return;
  audio ??= new AudioContext();
  const start = audio.currentTime;
  for (const [offset, pitch] of [[0, 660], [0.12, 880]] as const) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, start + offset);
    volume.gain.exponentialRampToValueAtTime(0.001, start + offset + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + offset);
    tone.stop(start + offset + 0.2);
  }
}
