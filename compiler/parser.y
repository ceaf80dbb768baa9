%define api.pure full
%%
file: %empty;
%%
