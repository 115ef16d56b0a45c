"""Writes reportFixture.json beside this file: reports and scores by scikit-learn, the oracle of metrics.test and classificationReport.test.

Run: python test/eval/makeReportFixture.py   (needs scikit-learn; the version used is in the fixture)
Then: npx prettier --write test/eval/reportFixture.json
Each case is a confusion matrix (row = true class) that is unrolled to labels and predictions before scikit-learn sees it.
"""

import json
from pathlib import Path

import numpy
import sklearn
from sklearn.metrics import (
    accuracy_score,
    classification_report,
    confusion_matrix,
    precision_recall_fscore_support,
)

FER_NAMES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]

CASES = {
    "balanced": (["cat", "dog", "owl"], [[8, 1, 1], [2, 7, 1], [0, 3, 7]]),
    "a class never predicted": (["cat", "dog", "owl"], [[5, 0, 1], [3, 0, 2], [1, 0, 9]]),
    "a class absent in the truth": (["cat", "dog", "owl"], [[5, 2, 1], [0, 0, 0], [1, 3, 9]]),
    "a class neither true nor predicted": (["cat", "dog", "owl"], [[5, 0, 2], [0, 0, 0], [1, 0, 9]]),
    "perfect": (["no", "yes"], [[4, 0], [0, 6]]),
    "all wrong": (["no", "yes"], [[0, 3], [5, 0]]),
    "long names": (["a class with a very long name", "b"], [[3, 1], [2, 4]]),
    "names beyond the basic plane": (["joy \U0001f600 and pleasure", "Überraschung"], [[3, 1], [2, 4]]),
    "one sample": (["no", "yes"], [[0, 0], [0, 1]]),
    "halves round to even": (["a", "b"], [[1, 7], [7, 1]]),
    "seven classes, 3,589 images": (
        FER_NAMES,
        [
            [241, 9, 49, 31, 71, 9, 57],
            [19, 28, 5, 0, 2, 1, 1],
            [57, 4, 196, 27, 103, 55, 54],
            [16, 0, 11, 772, 24, 21, 51],
            [68, 3, 64, 40, 351, 12, 115],
            [8, 0, 39, 24, 11, 320, 13],
            [40, 1, 21, 42, 83, 14, 406],
        ],
    ),
    "seven classes, disgust never predicted": (
        FER_NAMES,
        [
            [210, 0, 50, 60, 90, 20, 61],
            [30, 0, 8, 5, 8, 2, 2],
            [70, 0, 150, 50, 130, 70, 58],
            [20, 0, 15, 740, 40, 25, 39],
            [60, 0, 70, 70, 270, 20, 104],
            [10, 0, 40, 30, 15, 300, 21],
            [40, 0, 30, 70, 110, 16, 360],
        ],
    ),
}


def unroll(matrix):
    pairs = [(true, predicted) for true, row in enumerate(matrix) for predicted, n in enumerate(row) for _ in range(n)]
    return [list(column) for column in zip(*pairs)]


def scores(values):
    precision, recall, f1 = values[:3]
    return {"precision": precision, "recall": recall, "f1": f1}


def oracle(name, class_names, matrix):
    labels, predictions = unroll(matrix)
    classes = list(range(len(class_names)))
    common = {"labels": classes, "zero_division": 0}
    assert confusion_matrix(labels, predictions, labels=classes).tolist() == matrix
    each = numpy.array(precision_recall_fscore_support(labels, predictions, **common)).T
    report = {
        digits: classification_report(labels, predictions, target_names=class_names, digits=digits, **common)
        for digits in (2, 4)
    }
    return {
        "name": name,
        "classNames": class_names,
        "confusionMatrix": matrix,
        "accuracy": accuracy_score(labels, predictions),
        "perClass": [{**scores(row.tolist()), "support": int(row[3])} for row in each],
        "macro": scores(precision_recall_fscore_support(labels, predictions, average="macro", **common)),
        "weighted": scores(precision_recall_fscore_support(labels, predictions, average="weighted", **common)),
        "report2": report[2],
        "report4": report[4],
    }


fixture = {
    "madeBy": "test/eval/makeReportFixture.py",
    "scikitLearn": sklearn.__version__,
    "cases": [oracle(name, *case) for name, case in CASES.items()],
}
target = Path(__file__).with_name("reportFixture.json")
target.write_text(json.dumps(fixture, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
