"""The zoo: every model that Drumlin can learn, and the table of recipes that names them.

The table and the parameter counts need no torch; `drumlin.models.registry` builds the modules and does.
"""

from .counts import parameter_count
from .recipes import RECIPES, Recipe, recipe_named

__all__ = ["RECIPES", "Recipe", "parameter_count", "recipe_named"]
