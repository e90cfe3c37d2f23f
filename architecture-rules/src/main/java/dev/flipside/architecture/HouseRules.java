package dev.flipside.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** What holds in every module, whatever it is for. */
public final class HouseRules {
  private HouseRules() {}

  /** Imports the classes of a package and those below, without tests. */
  public static JavaClasses classesOf(String rootPackage) {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages(rootPackage);
  }

  /** Checks the rules that hold everywhere. */
  public static void checkCommonRules(JavaClasses classes) {
    noPackageCycles().check(classes);
    noMutableStatics().check(classes);
  }

  /** No cycles between packages; the root package counts as one, and so does each sub-package. */
  public static ArchRule noPackageCycles() {
    return slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith("dev.flipside.")
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
              }

              @Override
              public String getDescription() {
                return "packages of Flipside";
              }
            })
        .should()
        .beFreeOfCycles();
  }

  /** No static field can change. */
  public static ArchRule noMutableStatics() {
    return fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveName("$assertionsDisabled")
        .and()
        .doNotHaveName("$jacocoData")
        .should()
        .beFinal();
  }

  /**
   * Classes do not use libraries.
   *
   * @param packages ArchUnit package patterns, for example {@code org.opencv..}
   */
  public static ArchRule unaware(String reason, String... packages) {
    return noClasses().should().dependOnClassesThat().resideInAnyPackage(packages).because(reason);
  }

  /**
   * Only the classes of one package use libraries.
   *
   * @param allowed ArchUnit package patterns of those who may
   * @param packages ArchUnit package patterns of the libraries
   */
  public static ArchRule only(String[] allowed, String reason, String... packages) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(allowed)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .because(reason);
  }
}
