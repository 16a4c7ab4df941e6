export { Fact, Facts, Row, Rows, Surface } from "./surface";
