export { Fact, Facts, Surface } from "./surface";
