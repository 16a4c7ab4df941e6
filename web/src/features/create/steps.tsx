import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import classes from "./create.module.css";
import { type Step, steps } from "./draft";

interface Props {
  at: Step;
  /** How far one has come: steps beyond it cannot be opened yet. */
  reached: Step;
  onStep: (step: Step) => void;
}

/** The four steps: where one is, what is done, and the way to each. */
export function Steps({ at, reached, onStep }: Props) {
  const { t } = useTranslation("create");
  const far = steps.indexOf(reached);
  return (
    <nav aria-label={t("steps.label")}>
      <ol className={classes.steps}>
        {steps.map((step, i) => {
          const state =
            step === at ? "current" : i < far || i < steps.indexOf(at) ? "done" : i <= far ? "open" : "ahead";
          return (
            <li key={step} data-state={state}>
              <button
                type="button"
                className={classes.step}
                aria-current={step === at ? "step" : undefined}
                disabled={state === "ahead"}
                onClick={() => onStep(step)}
              >
                <span className={classes.number} aria-hidden>
                  {state === "done" ? <Check size={14} strokeWidth={3} /> : i + 1}
                </span>
                <span className={classes.stepName}>{t(`steps.${step}`)}</span>
                {state === "done" && <span className="visually-hidden">{t("steps.done")}</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
