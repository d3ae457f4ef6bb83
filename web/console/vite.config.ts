// Builds the staff console into console/dist, from where the server serves it at /console/.
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/console/",
  plugins: [vue()],
  build: {
    outDir: "../../console/dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/console/api": { target: "http://127.0.0.1:5005", ws: true } } },
});
