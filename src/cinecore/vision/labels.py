"""The eighty kinds of things that the object detector knows, and which of them it confuses."""

from __future__ import annotations

LABELS: tuple[str, ...] = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee",
    "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple",
    "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard",
    "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors",
    "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
"""COCO's eighty, in the order of the detector's outputs."""

FAMILIES: dict[str, str] = {
    "car": "vehicle",
    "truck": "vehicle",
    "bus": "vehicle",
    "dog": "animal",
    "cat": "animal",
    "sheep": "animal",
    "cow": "animal",
    "horse": "animal",
    "bear": "animal",
    "teddy bear": "animal",
    "cup": "vessel",
    "bowl": "vessel",
    "kite": "canopy",
    "umbrella": "canopy",
    "airplane": "canopy",
    "chair": "seat",
    "couch": "seat",
    "bench": "seat",
}
"""Labels that the detector confuses on drawings and on small or cut things; a label not named is its own family."""

SAME_THING: dict[str, str] = {
    "man": "person", "woman": "person", "boy": "person", "girl": "person", "child": "person",
    "keeper": "person", "sailor": "person", "fisherman": "person", "soldier": "person", "doctor": "person",
    "nurse": "person", "teacher": "person", "detective": "person", "king": "person", "queen": "person",
    "knight": "person", "mother": "person", "father": "person", "grandmother": "person",
    "grandfather": "person", "character": "person", "figure": "person", "people": "person",
    "taxi": "car", "van": "car", "automobile": "car", "jeep": "car", "lorry": "truck", "pickup": "truck",
    "bike": "bicycle", "motorbike": "motorcycle", "ship": "boat", "sailboat": "boat", "rowing boat": "boat",
    "plane": "airplane", "aeroplane": "airplane", "aircraft": "airplane", "seagull": "bird", "gull": "bird",
    "kitten": "cat", "puppy": "dog", "hound": "dog", "pony": "horse", "bull": "cow", "lamb": "sheep",
    "ball": "sports ball", "football": "sports ball", "mug": "cup", "sofa": "couch", "armchair": "chair",
    "plant": "potted plant", "table": "dining table", "television": "tv", "phone": "cell phone",
    "fridge": "refrigerator", "computer": "laptop", "parasol": "umbrella", "rucksack": "backpack",
    "bag": "handbag", "purse": "handbag", "teddy": "teddy bear", "traffic lights": "traffic light",
}  # fmt: skip
"""Common nouns of stories and the label under which the detector would find them."""


def detector_label(noun: str) -> str | None:
    """The label under which the detector would find what a noun means; None where it knows no such thing.

    Of several words the last one counts: `red car`, `old woman`.
    """
    text = " ".join(noun.lower().split())
    for candidate in (text, text.split(" ")[-1]) if text else ():
        if candidate in LABELS:
            return candidate
        if candidate in SAME_THING:
            return SAME_THING[candidate]
    return None


def family_of(label: str) -> str:
    """The family of a label: labels that the detector confuses share one."""
    return FAMILIES.get(label, label)
