"""The village's words: what people, places and things can be called. Drawn from by seed; nothing else is closed."""

from __future__ import annotations

PEOPLE = ["Ada", "Alf", "Amy", "Ann", "Ben", "Bea", "Bo", "Cal", "Cora", "Dag", "Dan", "Dora", "Edda", "Eli", "Emma", "Eva", "Finn", "Fay", "Gil", "Greta", "Hal", "Hana", "Ida", "Ira", "Ivo", "Jan", "Jess", "Joe", "Jon", "Kai", "Kit", "Lars", "Lena", "Leo", "Liv", "Lou", "Mara", "Max", "Mia", "Ned", "Nell", "Nora", "Olaf", "Oma", "Otto", "Pam", "Pia", "Ray", "Rosa", "Sam", "Sara", "Sven", "Tess", "Tom", "Una", "Uli", "Vera", "Wade", "Willa", "Yan", "Zoe", "Zeb"]
PLACES = ["mill", "well", "barn", "church", "forge", "inn", "harbor", "orchard", "meadow", "tower", "garden", "school", "chapel", "quarry", "dairy", "kiln"]
GOODS = ["bread", "milk", "cheese", "honey", "apples", "eggs", "wool", "salt", "fish", "candles", "rope", "pears", "beans", "butter", "nails", "flour", "soap", "wine", "onions", "plums", "baskets", "boots", "cloth", "oil"]
COUNTED = ["apples", "eggs", "candles", "pears", "beans", "nails", "onions", "plums", "baskets", "boots"]
REMEDIES = ["yarrow", "mint", "sage-leaf", "nettle", "elder", "garlic", "poppy", "willow", "fennel", "clover", "thyme", "ginger"]
WAYS = ["bridge", "ford", "lane", "ferry", "tunnel", "stairs", "ridge", "causeway"]
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
WEATHERS = ["rain", "snow", "sun", "wind", "fog", "frost"]
TIMES = ["dawn", "noon", "dusk", "night"]
CUSTOMS = ["eat", "sing", "rest", "pray", "dance", "bathe"]
SORROWS = (
    ["my dog is gone", "my house has burned", "my friend is far away", "my harvest is lost", "my child is ill", "my work is gone"]
)


def number(word: str) -> int:
    """The value of a number word, 1 to 12."""
    return NUMBERS.index(word) + 1
