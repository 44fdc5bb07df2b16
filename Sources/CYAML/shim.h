/* Declarations only: libyaml is loaded when the first YAML file is read. */
#ifndef CYAML_SHIM_H
#define CYAML_SHIM_H
#include <yaml.h>

/* The functions that parse, as they are looked up by name. */
typedef __typeof__(yaml_parser_initialize) *CYAML_parser_initialize;
typedef __typeof__(yaml_parser_set_input_string) *CYAML_parser_set_input_string;
typedef __typeof__(yaml_parser_parse) *CYAML_parser_parse;
typedef __typeof__(yaml_parser_delete) *CYAML_parser_delete;
typedef __typeof__(yaml_event_delete) *CYAML_event_delete;

#endif
